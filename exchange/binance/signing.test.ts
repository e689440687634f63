import { createHmac } from 'node:crypto';
import t from 'tap';
import { signedQuery } from './signing.js';

t.test('the example of the exchange is signed as its documentation says', async (t) => {
  // Binance, REST API, "SIGNED Endpoint Examples for POST /api/v3/order", HMAC keys.
  const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
  const params = {
    symbol: 'LTCBTC',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: 1,
    price: '0.1',
    recvWindow: 5000,
  };
  const query = signedQuery(params, 1499827319559, secret);
  t.match(query, /&timestamp=1499827319559&signature=/);
  t.match(query, /c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71$/);
});

t.test('what is signed is what is sent, escaped', async (t) => {
  const query = signedQuery({ symbol: '币安人生USDT', id: 'a&b=c' }, 5, 'secret');
  const [text, signature] = query.split('&signature=');
  t.equal(text, `symbol=${encodeURIComponent('币安人生USDT')}&id=a%26b%3Dc&timestamp=5`);
  t.equal(signature, createHmac('sha256', 'secret').update(text!).digest('hex'));
});

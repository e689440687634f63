/** `paper.orders`: how many orders a second the paper exchange takes over REST, each durable before its answer. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { PaperAddress } from '../../exchange/venues.js';
import { figure, percentile, type Figure } from './figure.js';
import { Place } from './place.js';

const WARM_UP_MS = 1_000;
const MEASURED_MS = 4_000;

/** Ten clients are what the design counts; one tells the bare way there and back, a hundred what a rush costs. */
export async function orders(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const clients of [10, 1, 100]) {
    const taken = await timesOf(clients);
    const perSecond = taken.length / (MEASURED_MS / 1_000);
    const p99 = percentile(taken, 0.99);
    if (clients === 10) {
      figures.push(figure('paper.orders.perSecond', perSecond, '/s', { atLeast: 2_000 }));
      figures.push(figure('paper.orders.p99', p99, 'ms', { atMost: 20 }));
      continue;
    }
    const group = clients === 1 ? '1client' : `${clients}clients`;
    figures.push(figure(`paper.orders.${group}.perSecond`, perSecond, '/s'));
    figures.push(figure(`paper.orders.${group}.p99`, p99, 'ms'));
  }
  return figures;
}

/** How long each order took (ms), on an exchange of its own. */
async function timesOf(clients: number): Promise<number[]> {
  const place = new Place();
  try {
    const address = await place.startPaper([
      ...['--synthetic', '--seed', '7', '--symbols', 'BTCUSDT', '--interval', '5m'],
      ...['--deposit', 'USDT=1000000000', '--weight-limit', '100000000'],
    ]);
    const began = performance.now() + WARM_UP_MS;
    const end = began + MEASURED_MS;
    const taken: number[] = [];
    const client = async () => {
      for await (const { sentAt, answeredAt } of placeOrders(address, end))
        if (sentAt >= began) taken.push(answeredAt - sentAt);
    };
    await Promise.all(Array.from({ length: clients }, client));
    return taken;
  } finally {
    await place.end();
  }
}

/** One client on a socket of its own, one order after the other; plain bytes, so that the client costs little. */
async function* placeOrders({ rest, key, secret }: PaperAddress, end: number) {
  const { hostname, port, host } = new URL(rest);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  while (performance.now() < end) {
    const query = `symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=20&timestamp=${Date.now()}`;
    const signature = createHmac('sha256', secret).update(query).digest('hex');
    const sentAt = performance.now();
    socket.write(
      `POST /api/v3/order?${query}&signature=${signature} HTTP/1.1\r\nHost: ${host}\r\n` +
        `X-MBX-APIKEY: ${key}\r\nContent-Length: 0\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const answeredAt = performance.now();
    if (!answer.includes('HTTP/1.1 200')) throw new Error(`an order was refused: ${answer.toString()}`);
    yield { sentAt, answeredAt };
  }
  socket.destroy();
}

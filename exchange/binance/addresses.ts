/** Public endpoints of Binance Spot (its general-info pages). Never the client's own `testnet` switch: it mixes environments. */
import type { VenueAddress } from '../venues.js';
import type { VenueName } from '../port.js';

export type Endpoints = Pick<VenueAddress, 'rest' | 'ws' | 'wsApi'>;

export const ENDPOINTS: Readonly<Record<Exclude<VenueName, 'paper'>, Endpoints>> = {
  'binance-testnet': {
    rest: 'https://testnet.binance.vision',
    ws: 'wss://stream.testnet.binance.vision/ws',
    wsApi: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
  },
  binance: {
    rest: 'https://api.binance.com',
    ws: 'wss://stream.binance.com:9443/ws',
    wsApi: 'wss://ws-api.binance.com:443/ws-api/v3',
  },
};

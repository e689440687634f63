/** Where a venue is reached, and with which key. */
export interface VenueAddress {
  /** Base of the REST paths, without trailing slash and without `/api`. */
  readonly rest: string;
  /** Market streams, including `/ws`. */
  readonly ws: string;
  /** The WebSocket API, including `/ws-api/v3`. */
  readonly wsApi: string;
  readonly key: string;
  readonly secret: string;
  /** The paper exchange's control address; only there a market can run in lock step. */
  readonly control?: string;
}

/** What the paper exchange prints on one line and keeps in `data/paper/address.json`. */
export interface PaperAddress extends VenueAddress {
  readonly control: string;
  /** In the file: the real path of the exchange's own folder, by which a copied data folder is known as one. */
  readonly folder?: string;
}

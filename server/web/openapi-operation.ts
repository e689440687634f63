/** What the document says of one route, and the pieces that its parts are written with. */
export type Json = Record<string, unknown>;

export interface Operation {
  readonly summary: string;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Json;
  readonly bodyOptional?: true;
  /** Status and description of the success. */
  readonly ok: readonly [status: number, description: string];
  readonly errors?: readonly number[];
  /** Of the success, where it is not JSON. */
  readonly type?: string;
}

/** Path, method, what is said of it. */
export type Operations = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

export const text: Json = { type: 'string' };

export const limit = (most: number): Json => ({ type: 'integer', minimum: 1, maximum: most });

/** An object of these fields, of which those named in `required` must be there. */
export function fields(properties: Json, required?: readonly string[]): Json {
  return { type: 'object', ...(required === undefined ? {} : { required }), properties };
}

import type { RequestId } from './responder.js';

const ID = String.raw`"id"\s*:\s*(0|[1-9]\d{0,14}|"[\w-]{1,64}")\s*`;
const AT_START = new RegExp(String.raw`^\{\s*(?:"method"\s*:\s*"[\w.]{0,64}"\s*,\s*)?${ID}[,}]`);
const AT_END = new RegExp(String.raw`,\s*${ID}\}$`);
/** An id at the end stands within so many characters. */
const END_CHARS = 100;

/** The id of a request, without parsing all of it; null where it is not plain to see in its beginning or its end. */
export function plainId(text: string): RequestId | null {
  return (AT_START.exec(text) ?? AT_END.exec(text.slice(-END_CHARS)))?.[1] ?? null;
}

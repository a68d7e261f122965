import type { Charge } from '../command.js';
import { RequestWindow, WINDOW_S } from '../requests/request-window.js';
import type { RequestWindows } from '../requests/request-windows.js';
import type { AccountId } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** Writes a charge behind its account. */
export function writeCharge(writer: ByteWriter, command: Charge): void {
  writer.string(command.meterId);
  writer.uint(command.requests);
  writer.uint(command.cost);
  writer.bool(command.isCancel);
  writer.uint(command.guards);
}

export function readCharge(account: AccountId, reader: ByteReader): Charge {
  return {
    kind: 'CHARGE',
    account,
    meterId: reader.string(),
    requests: reader.uint(),
    cost: reader.uint(),
    isCancel: reader.bool(),
    guards: reader.uint(),
  };
}

/** Writes what was charged to all meters, for a snapshot. */
export function writeMeters(writer: ByteWriter, meters: RequestWindows): void {
  writer.uint(meters.size);
  for (const [meterId, window] of meters) {
    writer.string(meterId);
    writeWindow(writer, window);
  }
}

export function readMeters(reader: ByteReader, meters: RequestWindows): void {
  const count = reader.uint();
  for (let index = 0; index < count; index++) meters.restore(reader.string(), readWindow(reader));
}

/** Only the seconds in which something was charged, by how long ago they were. */
function writeWindow(writer: ByteWriter, window: RequestWindow): void {
  const { latestS } = window;
  const ages = Array.from({ length: WINDOW_S }, (_, age) => age);
  const charged = ages.filter((age) => window.chargedIn(latestS - age) > 0);
  writer.uint(latestS);
  writer.uint(charged.length);
  for (const age of charged) {
    writer.uint(age);
    writer.uint(window.chargedIn(latestS - age));
  }
}

function readWindow(reader: ByteReader): RequestWindow {
  const window = new RequestWindow(reader.uint());
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const age = reader.uint();
    window.restore(window.latestS - age, reader.uint());
  }
  return window;
}

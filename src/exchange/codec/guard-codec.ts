import type { Account } from '../accounts/account.js';
import type { GuardCommand } from '../clients/guard-command.js';
import { GuardedGateway } from '../clients/guarded-gateway.js';
import type { ExchangeState } from '../state.js';
import type { AccountId, Millis, OrderId, Position } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

export function writeGuardCommand(writer: ByteWriter, command: GuardCommand): void {
  switch (command.kind) {
    case 'GUARD_SESSION':
      writer.uint(command.account);
      writer.string(command.sessionId);
      writer.bool(command.graceMs !== null);
      return writer.uint(command.graceMs ?? 0);
    case 'SESSION_LOST':
      writer.string(command.sessionId);
      return writer.uint(command.heardAt);
    case 'PORTFOLIO_BACK':
      return writer.uint(command.account);
    case 'GATEWAY_LOST':
      writer.string(command.incarnation);
      return writer.uint(command.lastNumber);
  }
}

export function readGuardCommand(kind: GuardCommand['kind'], reader: ByteReader): GuardCommand {
  switch (kind) {
    case 'GUARD_SESSION': {
      const account = reader.uint() as AccountId;
      const sessionId = reader.string();
      const isOn = reader.bool();
      const graceMs = reader.uint();
      return { kind, account, sessionId, graceMs: isOn ? graceMs : null };
    }
    case 'SESSION_LOST':
      return { kind, sessionId: reader.string(), heardAt: reader.uint() as Position };
    case 'PORTFOLIO_BACK':
      return { kind, account: reader.uint() as AccountId };
    case 'GATEWAY_LOST':
      return { kind, incarnation: reader.string(), lastNumber: reader.uint() };
  }
}

/** Writes the guarded sessions of all gateways, for a snapshot; how many an account has follows from them. */
export function writeGuards(writer: ByteWriter, { guardedGateways }: ExchangeState): void {
  writer.uint(guardedGateways.size);
  for (const [incarnation, { heardAt, sessions }] of guardedGateways) {
    writer.string(incarnation);
    writer.uint(heardAt);
    writer.uint(sessions.size);
    for (const [sessionId, { account, graceMs }] of sessions) {
      writer.string(sessionId);
      writer.uint(account);
      writer.uint(graceMs);
    }
  }
}

export function readGuards(reader: ByteReader, state: ExchangeState): void {
  const gatewayCount = reader.uint();
  for (let index = 0; index < gatewayCount; index++) {
    const incarnation = reader.string();
    const gateway = new GuardedGateway(reader.uint() as Position);
    const sessionCount = reader.uint();
    for (let session = 0; session < sessionCount; session++) {
      const sessionId = reader.string();
      const account = reader.uint() as AccountId;
      gateway.sessions.set(sessionId, { account, graceMs: reader.uint() });
      state.account(account)!.guardedSessions += 1;
    }
    state.guardedGateways.set(incarnation, gateway);
  }
}

/** Writes what an account's disconnects have left, for a snapshot. */
export function writeDisconnects(writer: ByteWriter, { disconnectAt, returns }: Account): void {
  writer.uint(disconnectAt);
  writer.uint(returns.length);
  for (const { position, lastOrderId } of returns) {
    writer.uint(position);
    writer.uint(lastOrderId);
  }
}

export function readDisconnects(reader: ByteReader, state: ExchangeState, account: Account): void {
  account.disconnectAt = reader.uint() as Millis;
  if (account.disconnectAt > 0) state.disconnected.push(account);
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const position = reader.uint() as Position;
    account.returns.push({ position, lastOrderId: reader.uint() as OrderId });
  }
}

import type { Account } from '../exchange/accounts/account.js';
import { assert } from '../exchange/assert.js';
import type { AccountId, Millis } from '../exchange/units.js';
import { BEGINNING, type EntryId } from '../journal/journal.js';
import type { ArchivedEvent } from './archived-event.js';
import { packChunk } from './chunk-codec.js';
import type { Mark } from './mark.js';
import type { Page, PortfolioChunk } from './page.js';
import { LASTING_CHANNELS, type PrivateChannel } from './private-channel.js';

/** How much is packed into one, but for the event that goes beyond it. */
export interface PageBounds {
  readonly chunkEventsMax: number;
  readonly chunkCharactersMax: number;
  readonly pageEventsMax: number;
  readonly pageChunksMax: number;
  readonly pageCharactersMax: number;
}

/**
 * A larger chunk is hardly packed any better, and a reader of a few events would unpack too many. A page takes Redis a few
 * milliseconds, and the one who gathers it a few megabytes.
 */
const PAGE_BOUNDS: PageBounds = {
  chunkEventsMax: 256,
  chunkCharactersMax: 128 * 1_024,
  pageEventsMax: 8_192,
  pageChunksMax: 256,
  pageCharactersMax: 4 * 1_024 * 1_024,
};

/** The events of one portfolio that have gathered since its last chunk. */
interface Gathering {
  readonly account: Account;
  readonly events: ArchivedEvent[];
  characters: number;
}

/**
 * Gathers private events into pages, as they are told while journal entries are applied. Where a page ends depends on
 * when it is asked for; what all pages hold together does not.
 */
export class EventCollector {
  private readonly gatherings = new Map<AccountId, Gathering>();
  private chunks: PortfolioChunk[] = [];
  private pages: Page[] = [];
  private events = 0;
  private characters = 0;
  /** The last entry that was told to its end, and the one that is being told. */
  private complete: EntryId = BEGINNING;
  private current: EntryId = BEGINNING;
  /** How many events of the present entry were told, and how many of them are archived already. */
  private told = 0;
  private skipped = 0;

  /** @param historyMsOf how far back the history of a portfolio reaches. */
  constructor(
    private readonly historyMsOf: (account: Account) => number,
    private readonly bounds: PageBounds = PAGE_BOUNDS,
  ) {}

  /** Starts over: everything up to a mark is archived, and what follows it is told next. */
  begin({ entryId, part }: Mark): void {
    this.gatherings.clear();
    this.clearPage();
    this.pages = [];
    this.complete = entryId;
    this.skipped = part?.events ?? 0;
  }

  beginEntry(entryId: EntryId): void {
    this.current = entryId;
    this.told = 0;
  }

  /** Takes the event that the account's `seq` was just raised for. */
  add(account: Account, channel: PrivateChannel, time: Millis, data: string): void {
    this.told += 1;
    if (this.told <= this.skipped) return;
    const gathering = this.gatheringOf(account);
    gathering.events.push({ channel, seq: account.seq, time, data });
    gathering.characters += data.length;
    this.events += 1;
    this.characters += data.length;
    const { chunkEventsMax, chunkCharactersMax } = this.bounds;
    if (gathering.events.length >= chunkEventsMax || gathering.characters >= chunkCharactersMax) {
      this.gatherings.delete(account.id);
      this.pack(gathering);
    }
    if (!this.isPageFull) return;
    const { complete, current, told } = this;
    this.closePage({ entryId: complete, time, part: { entryId: current, events: told } });
  }

  endEntry(): void {
    this.complete = this.current;
    this.skipped = 0;
  }

  /** The pages that are full. */
  takeFullPages(): readonly Page[] {
    const { pages } = this;
    if (pages.length > 0) this.pages = [];
    return pages;
  }

  /**
   * All that was told so far, up to the end of an entry; the last page may have nothing but its mark.
   * @param time of the exchange.
   */
  takePages(time: Millis): readonly Page[] {
    this.closePage({ entryId: this.complete, time, part: null });
    return this.takeFullPages();
  }

  private get isPageFull(): boolean {
    const { pageEventsMax, pageChunksMax, pageCharactersMax } = this.bounds;
    return (
      this.events >= pageEventsMax ||
      this.characters >= pageCharactersMax ||
      this.chunks.length + this.gatherings.size >= pageChunksMax
    );
  }

  private closePage(mark: Mark): void {
    for (const gathering of this.gatherings.values()) this.pack(gathering);
    this.gatherings.clear();
    this.pages.push({ chunks: this.chunks, mark });
    this.clearPage();
  }

  private clearPage(): void {
    this.chunks = [];
    this.events = 0;
    this.characters = 0;
  }

  private pack({ account, events }: Gathering): void {
    const chunk = packChunk(events);
    assert(
      chunk.lastSeq - chunk.firstSeq + 1 === events.length,
      'the events of a chunk do not follow each other',
    );
    const lasting = events.filter(({ channel }) => LASTING_CHANNELS.some((kept) => kept === channel));
    const { portfolioId } = account;
    this.chunks.push({ portfolioId, chunk, lasting, historyMs: this.historyMsOf(account) });
  }

  private gatheringOf(account: Account): Gathering {
    let gathering = this.gatherings.get(account.id);
    if (gathering === undefined) {
      gathering = { account, events: [], characters: 0 };
      this.gatherings.set(account.id, gathering);
    }
    return gathering;
  }
}

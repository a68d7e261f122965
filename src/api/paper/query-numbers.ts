import type { FieldErrors } from '../request/validator.js';

const WHOLE_NUMBER = /^\d{1,16}$/;

/** Reads whole numbers from a query, and gathers what is wrong with them by name. */
export class QueryNumbers {
  private readonly wrong: Record<string, string[]> = {};

  constructor(private readonly query: URLSearchParams) {}

  /** The number of this name, or `initial` where it was not given or is wrong. */
  whole(name: string, initial: number, minimum: number, maximum: number): number {
    const text = this.query.get(name);
    if (text === null) return initial;
    const value = WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    this.wrong[name] = [`${name} must be a whole number from ${minimum} to ${maximum}`];
    return initial;
  }

  /** Null when nothing was wrong. */
  get errors(): FieldErrors | null {
    return Object.keys(this.wrong).length === 0 ? null : this.wrong;
  }
}

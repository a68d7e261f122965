import { powerOfTen } from '../exchange/fixed-point.js';
import type { Instrument } from '../exchange/markets/instrument.js';
import type { Ticks } from '../exchange/units.js';

/** How far apart the allowed prices lie around `ticks`, in ticks; never more than a whole dollar. */
export function gridStep(instrument: Instrument, ticks: number): number {
  if (instrument.significantFigures === 0) return 1;
  const figuresLimit = powerOfTen(instrument.significantFigures);
  const dollar = powerOfTen(instrument.priceDecimals);
  let step = 1;
  while (ticks >= figuresLimit * step && step < dollar) step *= 10;
  return step;
}

/** The highest allowed price at or below `ticks`, which may lie between ticks. */
export function floorToGrid(instrument: Instrument, ticks: number): Ticks {
  const step = gridStep(instrument, ticks);
  return (Math.floor(ticks / step) * step) as Ticks;
}

/** The lowest allowed price at or above `ticks`, which may lie between ticks. */
export function ceilToGrid(instrument: Instrument, ticks: number): Ticks {
  const step = gridStep(instrument, ticks);
  return (Math.ceil(ticks / step) * step) as Ticks;
}

/** Where quotes and flow come from: made up from a seed, or told by the sandbox and nothing else. */
export type MarketSource = 'SYNTHETIC' | 'SANDBOX';

/** The source that the setting `MARKET` names, or one line that says why it cannot be had. */
export type MarketSourceChoice =
  | { readonly source: MarketSource }
  | { readonly source: null; readonly refusal: string };

/** Reads the setting `MARKET`. */
export function chooseMarketSource(setting: string): MarketSourceChoice {
  if (setting === 'synthetic') return { source: 'SYNTHETIC' };
  if (setting === 'sandbox') return { source: 'SANDBOX' };
  if (setting === 'live' || setting.startsWith('recording:')) {
    return { source: null, refusal: `MARKET=${setting} is not available yet; use synthetic or sandbox` };
  }
  return { source: null, refusal: `MARKET=${setting} is not a market source; use synthetic or sandbox` };
}

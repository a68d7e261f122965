import type { Command } from '../exchange/command.js';

/**
 * How many of the commands, oldest first, make a batch of so many at most. No charge is parted from what it guards,
 * which would then be carried out whatever became of the charge: where the first one guards more, that is the count.
 */
export function wholeCount(commands: readonly Command[], countMax: number): number {
  if (commands.length <= countMax) return commands.length;
  for (let index = countMax - 1; index >= 0; index--) {
    const command = commands[index]!;
    if (command.kind !== 'CHARGE') continue;
    const end = index + 1 + command.guards;
    if (end <= countMax) return countMax;
    return index > 0 ? index : end;
  }
  return countMax;
}

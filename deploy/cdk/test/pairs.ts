/** Ways of taking each option, by the option's name. The first is not to take it. */
export type Options<Way> = Readonly<Record<string, readonly Way[]>>;

/** An index into the ways of each option. */
type Pick = readonly number[];

/**
 * Returns combinations in which every two ways of different options occur together, as
 * lists with one way for each option. It is greedy: each combination begins with a pair
 * that is not met yet and takes what meets the most others.
 */
export function pairs<Way>(options: Options<Way>): Way[][] {
  const ways = Object.values(options);
  const open = new Set<string>();
  ways.forEach((some, i) => some.forEach((_, a) => ways.slice(0, i).forEach((others, j) => others.forEach((__, b) => open.add(key(j, b, i, a))))));
  const all: Pick[] = [];
  while (open.size > 0) {
    const [j, b, i, a] = JSON.parse([...open][0]!) as [number, number, number, number];
    const pick: number[] = ways.map((_, option) => (option === i ? a : option === j ? b : -1));
    ways.forEach((some, option) => {
      if (pick[option] === -1) {
        const met = some.map((_, way) => pairsOf(pick.with(option, way)).filter((pair) => open.has(pair)).length);
        pick[option] = met.indexOf(Math.max(...met));
      }
    });
    pairsOf(pick).forEach((pair) => open.delete(pair));
    all.push(pick);
  }
  return all.map((pick) => pick.map((way, option) => ways[option]![way]!));
}

/** Returns the pairs of ways in a pick; -1 is no way. */
function pairsOf(pick: Pick): string[] {
  return pick.flatMap((way, i) => pick.slice(0, i).flatMap((other, j) => (way < 0 || other < 0 ? [] : [key(j, other, i, way)])));
}

/** Names a pair. */
function key(...numbers: number[]): string {
  return JSON.stringify(numbers);
}

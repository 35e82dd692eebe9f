/** What the models of one generation can do; https://ai.google.dev/gemini-api/docs/models */
export interface GoogleModel {
  /** How much it thinks is said in tokens up to 2.5 and as a level from 3 on, never both. */
  thinking: 'none' | 'budget' | 'level';
  /** Whether it thinks when nobody asks; a model that does not refuses to show thoughts. */
  thinksUnasked: boolean;
  /** The budgets it takes; a least of 0 means that thinking can be turned off. */
  thinkingBudget: { least: number; most: number };
  /** Whether the level `minimal` exists. */
  thinksMinimally: boolean;
  /** Takes JSON Schema as it is; older models take a part of OpenAPI's. */
  takesJsonSchema: boolean;
  /** Takes `presencePenalty` and `frequencyPenalty`: later models refuse them. */
  takesPenalties: boolean;
  /** Function declarations and JSON output in one request. */
  combinesToolsWithJson: boolean;
  /** From Gemini 3 on: calls have ids, need their signatures back, and results may hold files. */
  hasCallIds: boolean;
}

/** An alias without a number, `gemini-flash-latest`, is of the newest generation. */
const newestGeneration = 3;

/** @param upstreamModel e.g. `gemini-2.5-pro`, `gemini-2.0-flash-001` */
export function googleModel(upstreamModel: string): GoogleModel {
  const version = /gemini-(\d+(?:\.\d+)?)/.exec(upstreamModel)?.[1];
  const generation = version === undefined ? newestGeneration : Number(version);
  const isPro = upstreamModel.includes('-pro');
  const isLite = upstreamModel.includes('-lite');
  return {
    thinking: generation >= 3 ? 'level' : generation >= 2.5 ? 'budget' : 'none',
    thinksUnasked: generation >= 3 || (generation >= 2.5 && !isLite),
    thinkingBudget: isPro ? { least: 128, most: 32_768 } : { least: 0, most: 24_576 },
    thinksMinimally: !isPro,
    takesJsonSchema: generation >= 2.5,
    takesPenalties: generation < 2.5,
    combinesToolsWithJson: generation >= 3,
    hasCallIds: generation >= 3,
  };
}

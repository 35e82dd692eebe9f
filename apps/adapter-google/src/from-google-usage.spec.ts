import { fromGoogleUsage } from './from-google-usage.js';

const modality = (name: string, tokenCount: number) => ({ modality: name, tokenCount });

describe('fromGoogleUsage (rule 38)', () => {
  test('thoughts are output, what was cached is part of the input', () => {
    const usage = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 30,
      totalTokenCount: 140,
    };
    expect(fromGoogleUsage(usage)).toEqual({
      inputTokens: 100,
      cachedInputTokens: 60,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      audioInputTokens: 0,
      outputTokens: 40,
      reasoningTokens: 30,
      estimated: false,
    });
  });

  test('what Gemini’s own tools read is input', () => {
    expect(fromGoogleUsage({ promptTokenCount: 5, toolUsePromptTokenCount: 7 })).toMatchObject({
      inputTokens: 12,
    });
  });

  test('sound counts as sound, but for what was cached, which counts as cached', () => {
    const promptTokensDetails = [modality('TEXT', 20), modality('AUDIO', 50)];
    expect(fromGoogleUsage({ promptTokenCount: 70, promptTokensDetails })).toMatchObject({
      audioInputTokens: 50,
    });
    const cached = {
      promptTokenCount: 70,
      cachedContentTokenCount: 40,
      promptTokensDetails,
      cacheTokensDetails: [modality('AUDIO', 35), modality('TEXT', 5)],
    };
    expect(fromGoogleUsage(cached)).toMatchObject({ cachedInputTokens: 40, audioInputTokens: 15 });
  });

  test('no token is in two classes, even where the details of the cache are missing', () => {
    const promptTokensDetails = [modality('AUDIO', 70)];
    expect(
      fromGoogleUsage({ promptTokenCount: 70, cachedContentTokenCount: 40, promptTokensDetails }),
    ).toMatchObject({
      cachedInputTokens: 40,
      audioInputTokens: 30,
    });
  });

  test('a count that is missing is none of that kind; null is not zero for the whole', () => {
    expect(fromGoogleUsage({ promptTokenCount: 5 })).toMatchObject({ inputTokens: 5, outputTokens: 0 });
    for (const none of [undefined, null, {}, { promptTokenCount: null }, { promptTokenCount: -1 }, 'x']) {
      expect(fromGoogleUsage(none)).toBeNull();
    }
  });
});

import { Fault } from '@tokenroute/faults';
import { answerSchema, type GoogleAnswer } from './google-wire.js';

/** A whole answer, or one event of a streamed one. @throws Fault upstream when it cannot be read */
export function readGoogleAnswer(json: string): GoogleAnswer {
  try {
    return answerSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new Fault('upstream', 'Gemini gave an answer that could not be read.', {
      cause: error,
      internal: json.slice(0, 500),
    });
  }
}

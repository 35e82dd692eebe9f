import { z } from 'zod';

/** What every client library is asked to do, in its own idiom. */
export interface ClientUnderTest {
  /** The package's name. */
  name: string;
  text(model: string, prompt: string): Promise<string>;
  /** @returns the pieces of text as they came */
  stream(model: string, prompt: string): Promise<string[]>;
  /** Offers `get_weather` and runs it when called. @returns the final answer */
  tool(model: string, prompt: string, weather: Weather): Promise<string>;
  /** Asks for `citySchema`. @returns what the library parsed */
  structured(model: string, prompt: string): Promise<unknown>;
  /** @param image a data: URL */
  image(model: string, prompt: string, image: string): Promise<string>;
}

export type Weather = (city: string) => string;

export const weatherTool = {
  name: 'get_weather',
  description: 'Tells the weather of a city.',
  parameters: z.object({ city: z.string() }),
};

export const citySchema = z.object({ city: z.string(), inhabitants: z.number() });

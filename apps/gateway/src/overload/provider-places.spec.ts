import { ProviderPlaces } from './provider-places.js';

describe('the places of a provider', () => {
  test('are so many, and one that is left is free again', () => {
    const places = new ProviderPlaces(2);
    places.enter('openai');
    places.enter('openai');
    expect(() => places.enter('openai')).toThrow(
      expect.objectContaining({ code: 'unavailable', reason: 'provider' }),
    );
    places.leave('openai');
    places.enter('openai');
    expect(() => places.enter('openai')).toThrow();
  });

  test('are not those of another one', () => {
    const places = new ProviderPlaces(1);
    places.enter('openai');
    places.enter('mistral');
  });
});

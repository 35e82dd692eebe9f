INSERT INTO models (id, provider, upstream_model, owned_by, context_tokens, max_output_tokens, created_at) VALUES
  ('gpt-4o',      'openai', 'gpt-4o-2024-11-20',      'openai', 128000, 16384, '2024-05-10T18:50:49Z'),
  ('gpt-4o-mini', 'openai', 'gpt-4o-mini-2024-07-18', 'openai', 128000, 16384, '2024-07-16T23:32:21Z');

-- OpenAI bills no cache writes and these models take no audio: those rates equal the input rate and are never met.
INSERT INTO prices (model_id, effective_from, input_pico_usd, cached_input_pico_usd, cache_write_5m_pico_usd,
                    cache_write_1h_pico_usd, audio_input_pico_usd, output_pico_usd, source) VALUES
  ('gpt-4o',      '2026-01-01Z', 2500000, 1250000, 2500000, 2500000, 2500000, 10000000, 'LiteLLM price table, August 2026'),
  ('gpt-4o-mini', '2026-01-01Z',  150000,   75000,  150000,  150000,  150000,   600000, 'LiteLLM price table, August 2026');

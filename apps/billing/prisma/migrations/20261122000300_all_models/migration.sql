-- What a model can do and how long it is there; what a price depends on besides the kind of token.

ALTER TABLE models
  -- Kinds of input beside text: image, pdf, audio, video. And what it can do: tools, structured_output, reasoning.
  ADD COLUMN capabilities text[] NOT NULL DEFAULT '{}'
    CHECK (capabilities <@ ARRAY['image', 'pdf', 'audio', 'video', 'tools', 'structured_output', 'reasoning']),
  ADD COLUMN deprecated_at timestamptz,
  ADD COLUMN replaced_by text REFERENCES models (id);

ALTER TABLE prices
  -- Above so many input tokens the whole request is priced at the long-context rates.
  ADD COLUMN long_context_above_tokens     integer CHECK (long_context_above_tokens > 0),
  ADD COLUMN long_input_pico_usd           bigint CHECK (long_input_pico_usd >= 0),
  ADD COLUMN long_cached_input_pico_usd    bigint CHECK (long_cached_input_pico_usd >= 0),
  ADD COLUMN long_cache_write_5m_pico_usd  bigint CHECK (long_cache_write_5m_pico_usd >= 0),
  ADD COLUMN long_cache_write_1h_pico_usd  bigint CHECK (long_cache_write_1h_pico_usd >= 0),
  ADD COLUMN long_audio_input_pico_usd     bigint CHECK (long_audio_input_pico_usd >= 0),
  ADD COLUMN long_output_pico_usd          bigint CHECK (long_output_pico_usd >= 0),
  -- In peak hours every rate is this percentage of what it is else. Hours in UTC: "Mon-Fri 01:00-04:00,06:00-10:00".
  ADD COLUMN peak_hours   text,
  ADD COLUMN peak_percent integer CHECK (peak_percent >= 100),
  ADD CONSTRAINT long_context_is_whole CHECK (
    num_nulls(long_context_above_tokens, long_input_pico_usd, long_cached_input_pico_usd, long_cache_write_5m_pico_usd,
              long_cache_write_1h_pico_usd, long_audio_input_pico_usd, long_output_pico_usd) IN (0, 7)),
  ADD CONSTRAINT peak_is_whole CHECK (num_nulls(peak_hours, peak_percent) IN (0, 2));

UPDATE models SET capabilities = '{image,pdf,tools,structured_output}', deprecated_at = '2027-01-14Z' WHERE provider = 'openai';

INSERT INTO models (id, provider, upstream_model, owned_by, context_tokens, max_output_tokens, created_at, capabilities, deprecated_at) VALUES
  ('claude-opus-4-1',   'anthropic', 'claude-opus-4-1-20250805',   'anthropic',  200000,  32000, '2025-08-05Z', '{image,pdf,tools,structured_output,reasoning}', '2026-08-05Z'),
  ('claude-sonnet-4-5', 'anthropic', 'claude-sonnet-4-5-20250929', 'anthropic',  200000,  64000, '2025-09-29Z', '{image,pdf,tools,structured_output,reasoning}', NULL),
  ('claude-haiku-4-5',  'anthropic', 'claude-haiku-4-5-20251001',  'anthropic',  200000,  64000, '2025-10-01Z', '{image,pdf,tools,structured_output,reasoning}', NULL),
  ('gemini-2.5-pro',    'google',    'gemini-2.5-pro',             'google',    1048576,  65535, '2025-06-17Z', '{image,pdf,audio,video,tools,structured_output,reasoning}', '2026-12-01Z'),
  ('gemini-2.0-flash',  'google',    'gemini-2.0-flash-001',       'google',    1048576,   8192, '2025-02-05Z', '{image,pdf,audio,video,tools,structured_output}', '2026-06-01Z'),
  ('deepseek-chat',     'deepseek',  'deepseek-flash',             'deepseek',  1000000, 384000, '2025-12-01Z', '{tools,structured_output}', '2026-07-24Z'),
  ('deepseek-reasoner', 'deepseek',  'deepseek-flash',             'deepseek',  1000000, 384000, '2025-12-01Z', '{tools,structured_output,reasoning}', '2026-07-24Z'),
  ('mistral-large',     'mistral',   'mistral-large-2512',         'mistralai',  262144, 262144, '2025-12-02Z', '{image,tools,structured_output}', NULL),
  ('codestral',         'mistral',   'codestral-2508',             'mistralai',  256000, 256000, '2025-07-30Z', '{tools,structured_output}', NULL);

-- A kind of token that a provider does not bill apart has the input rate.
INSERT INTO prices (model_id, effective_from, input_pico_usd, cached_input_pico_usd, cache_write_5m_pico_usd,
                    cache_write_1h_pico_usd, audio_input_pico_usd, output_pico_usd, source) VALUES
  ('claude-opus-4-1',  '2026-01-01Z', 15000000, 1500000, 18750000, 30000000, 15000000, 75000000, 'LiteLLM price table, August 2026'),
  ('claude-haiku-4-5', '2026-01-01Z',  1000000,  100000,  1250000,  2000000,  1000000,  5000000, 'LiteLLM price table, August 2026'),
  ('gemini-2.0-flash', '2026-01-01Z',   100000,   25000,   100000,   100000,   700000,   400000, 'LiteLLM price table, August 2026'),
  ('mistral-large',    '2026-01-01Z',   500000,  500000,   500000,   500000,   500000,  1500000, 'LiteLLM price table, August 2026'),
  ('codestral',        '2026-01-01Z',   300000,  300000,   300000,   300000,   300000,   900000, 'LiteLLM price table, August 2026');

INSERT INTO prices (model_id, effective_from, input_pico_usd, cached_input_pico_usd, cache_write_5m_pico_usd,
                    cache_write_1h_pico_usd, audio_input_pico_usd, output_pico_usd,
                    long_context_above_tokens, long_input_pico_usd, long_cached_input_pico_usd, long_cache_write_5m_pico_usd,
                    long_cache_write_1h_pico_usd, long_audio_input_pico_usd, long_output_pico_usd, source) VALUES
  ('claude-sonnet-4-5', '2026-01-01Z', 3000000, 300000, 3750000, 6000000, 3000000, 15000000,
   200000, 6000000, 600000, 7500000, 12000000, 6000000, 22500000, 'LiteLLM price table, August 2026'),
  ('gemini-2.5-pro',    '2026-01-01Z', 1250000, 125000, 1250000, 1250000, 1250000, 10000000,
   200000, 2500000, 250000, 2500000, 2500000, 2500000, 15000000, 'LiteLLM price table, August 2026');

INSERT INTO prices (model_id, effective_from, input_pico_usd, cached_input_pico_usd, cache_write_5m_pico_usd,
                    cache_write_1h_pico_usd, audio_input_pico_usd, output_pico_usd, peak_hours, peak_percent, source) VALUES
  ('deepseek-chat',     '2026-07-24Z', 150000, 3000, 150000, 150000, 150000, 600000, 'Mon-Fri 01:00-04:00,06:00-10:00', 200, 'DeepSeek price page, as quoted 2026-11-22'),
  ('deepseek-reasoner', '2026-07-24Z', 150000, 3000, 150000, 150000, 150000, 600000, 'Mon-Fri 01:00-04:00,06:00-10:00', 200, 'DeepSeek price page, as quoted 2026-11-22');

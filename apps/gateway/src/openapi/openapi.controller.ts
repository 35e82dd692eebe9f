import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Model } from '@tokenroute/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ModelCatalogue } from '../catalogue/model-catalogue.js';
import type { GatewayConfig } from '../config.js';
import { toOpenAiModel } from '../models/to-openai-model.js';
import { CONFIG } from '../tokens.js';
import { openApiDocument } from './openapi-document.js';

interface Written {
  models: readonly Model[];
  bytes: Buffer;
  etag: string;
}

/** The description of the public API, for everybody: bytes that are written anew only when the catalogue has changed. */
@Controller()
export class OpenApiController {
  private written: Written | null = null;

  constructor(
    private readonly catalogue: ModelCatalogue,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get('openapi.json')
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { bytes, etag } = this.current();
    reply.header('etag', etag).header('cache-control', 'public, max-age=60');
    if (request.headers['if-none-match'] === etag) return void (await reply.status(304).send());
    await reply.type('application/json; charset=utf-8').send(bytes);
  }

  private current(): Written {
    const models = this.catalogue.all();
    if (this.written?.models !== models) this.written = this.write(models);
    return this.written;
  }

  private write(models: readonly Model[]): Written {
    const { MAX_BODY_BYTES, MAX_CONCURRENT_REQUESTS_PER_KEY } = this.config;
    const document = openApiDocument({
      models: models.map(toOpenAiModel),
      maxBodyBytes: MAX_BODY_BYTES,
      maxConcurrentRequestsPerKey: MAX_CONCURRENT_REQUESTS_PER_KEY,
    });
    const bytes = Buffer.from(JSON.stringify(document));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return { models, bytes, etag };
  }
}

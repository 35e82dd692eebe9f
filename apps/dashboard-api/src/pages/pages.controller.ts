import { Controller, Get, Inject, type OnModuleInit, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Fault } from '@tokenroute/faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DashboardConfig } from '../config.js';
import { CONFIG } from '../tokens.js';
import { type PageFile, readPageFiles } from './page-files.js';

/** The built dashboard. Every path that is no file is a page of it: which one, the page itself decides. */
@Controller()
@ApiExcludeController()
export class PagesController implements OnModuleInit {
  private files = new Map<string, PageFile>();

  constructor(@Inject(CONFIG) private readonly config: DashboardConfig) {}

  async onModuleInit(): Promise<void> {
    this.files = await readPageFiles(this.config.PAGES_FOLDER);
  }

  @Get(['/', '/*'])
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = request.url.split('?', 1)[0]!;
    const file = this.files.get(path) ?? this.page(path);
    reply
      .type(file.type)
      .header('etag', file.etag)
      .header('vary', 'accept-encoding')
      .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === file.etag) return void (await reply.status(304).send());
    const takesBrotli = /\bbr\b/.test(request.headers['accept-encoding']?.toString() ?? '');
    if (file.compressed && takesBrotli) {
      return void (await reply.header('content-encoding', 'br').send(file.compressed));
    }
    await reply.send(file.body);
  }

  private page(path: string): PageFile {
    const index = this.files.get('/index.html');
    const isPage = !/^\/(api|assets)(\/|$)/.test(path);
    if (!isPage || !index) throw new Fault('not-found', 'There is nothing here.');
    return index;
  }
}

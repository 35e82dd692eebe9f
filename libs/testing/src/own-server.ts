/** A server that a test started and may stop. */
export interface OwnServer {
  url: string;
  stop(): Promise<void>;
}

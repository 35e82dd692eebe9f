/** A server that a test started and may stop. */
export interface OwnServer {
  url: string;
  stop(): Promise<void>;
  /** Ends it without a chance to say goodbye; what it had on disk stays. */
  kill(): Promise<void>;
  /** Starts a killed one again, at the same address, with what it had on disk. */
  start(): Promise<void>;
}

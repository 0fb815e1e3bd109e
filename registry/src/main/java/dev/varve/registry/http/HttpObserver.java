package dev.varve.registry.http;

/** Receives a line's worth of facts about each request that was sent. */
@FunctionalInterface
public interface HttpObserver {
  /** Receives nothing. */
  HttpObserver NONE = trace -> {};

  /**
   * Receives a request whose answer was read, or that failed. Called from several threads, once for
   * each request: redirects, repeated requests and requests for tokens included.
   */
  void exchanged(HttpTrace trace);
}

package dev.varve.registry.http;

/** Receives a trace of each request that was sent. */
@FunctionalInterface
public interface HttpObserver {
  /** Ignores all traces. */
  HttpObserver NONE = trace -> {};

  /**
   * Receives the trace of a request whose response was read or that failed. Called from several
   * threads, once for each request, including redirects, repeated requests and requests for tokens.
   */
  void exchanged(HttpTrace trace);
}

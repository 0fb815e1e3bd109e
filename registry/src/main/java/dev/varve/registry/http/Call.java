package dev.varve.registry.http;

import java.net.URI;
import java.util.Optional;

/**
 * A request to one host: one hop of a chain of redirects, in one attempt.
 *
 * @param uri the address, which a redirect may have changed
 * @param authorization the value of the Authorization header
 * @param home whether the host is that of the request's own URI; no other host gets the request's
 *     secret headers
 * @param attempt the number of the attempt, from 1
 */
public record Call(
    Request request, URI uri, Optional<String> authorization, boolean home, int attempt) {

  /** Returns a copy with another address. */
  Call to(URI other) {
    return new Call(request, other, authorization, home, attempt);
  }

  /** Returns the request alone, since the address and the authorization may hold secrets. */
  @Override
  public String toString() {
    return request.toString();
  }
}

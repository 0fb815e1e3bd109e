package dev.varve.registry.http;

import java.net.URI;
import java.util.Optional;

/**
 * A request on its way to one host: one hop of a chain of redirects, in one attempt.
 *
 * @param uri the address, which a redirect may have changed
 * @param authorization the value of the Authorization header
 * @param home whether the host is the one that the request is meant for; no other host gets the
 *     request's secret headers
 * @param attempt the number of the attempt, from 1
 */
public record Call(
    Request request, URI uri, Optional<String> authorization, boolean home, int attempt) {

  /** A copy that goes to another address. */
  Call to(URI other) {
    return new Call(request, other, authorization, home, attempt);
  }

  /** The request, since the address and the authorization may hold secrets. */
  @Override
  public String toString() {
    return request.toString();
  }
}

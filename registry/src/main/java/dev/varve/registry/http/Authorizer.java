package dev.varve.registry.http;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Supplies the Authorization header of a request. It is sent only to the host of the request's URI.
 */
public interface Authorizer {
  /** Sends no Authorization header. */
  Authorizer ANONYMOUS =
      new Authorizer() {
        @Override
        public Optional<String> authorization() {
          return Optional.empty();
        }

        @Override
        public boolean refused(Optional<String> used, List<String> challenges) {
          return false;
        }
      };

  /**
   * Returns the value of the Authorization header; empty to send none. May itself send requests.
   */
  Optional<String> authorization() throws IOException;

  /**
   * Handles a response that may mean that the authorization is missing or invalid: 401; 403 or 404
   * to a request without authorization; or 400 to a request with authorization, if the body
   * mentions the authorization.
   *
   * @param used the value that {@link #authorization} returned for the request
   * @param challenges the values of the WWW-Authenticate headers
   * @return whether to send the request again with a new {@link #authorization}
   */
  boolean refused(Optional<String> used, List<String> challenges) throws IOException;
}

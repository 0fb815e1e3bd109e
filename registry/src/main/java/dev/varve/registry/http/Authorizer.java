package dev.varve.registry.http;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Says who is asking. What it gives is sent to the host of the request's URI and to no other. */
public interface Authorizer {
  /** Nobody in particular. */
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

  /** The value of the Authorization header; empty to send none. May itself send requests. */
  Optional<String> authorization() throws IOException;

  /**
   * Is told that the host answered 401; or, to a request without authorization, 403 or 404, which
   * may mean that it wants one; or, to one with authorization, 400 in words that speak of it.
   *
   * @param used what {@link #authorization} had given
   * @param challenges the values of the WWW-Authenticate headers
   * @return whether asking {@link #authorization} again is worth it
   */
  boolean refused(Optional<String> used, List<String> challenges) throws IOException;
}

package dev.varve.registry;

import dev.varve.registry.credentials.Login;
import dev.varve.registry.credentials.Logins;
import java.util.List;
import java.util.Optional;

/** Logins with one entry, for every host and repository. */
public final class TestLogins {
  private TestLogins() {}

  public static Logins of(String username, String secret) {
    return new Logins() {
      @Override
      public Optional<Login> find(String host, String repository) {
        return Optional.of(new Login(username, secret, "a test"));
      }

      @Override
      public List<String> places() {
        return List.of("a test");
      }
    };
  }
}

package dev.varve.cli.session;

import dev.varve.registry.credentials.Login;
import dev.varve.registry.credentials.Logins;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Logins that report each secret, to be hidden in messages.
 *
 * @param logins the source of logins
 * @param secrets receives each secret before its use, in any thread
 */
public record ObservedLogins(Logins logins, Consumer<String> secrets) implements Logins {
  @Override
  public Optional<Login> find(String host, String repository) throws IOException {
    Optional<Login> login = logins.find(host, repository);
    login.ifPresent(found -> secrets.accept(found.secret()));
    return login;
  }

  @Override
  public List<String> places() {
    return logins.places();
  }
}

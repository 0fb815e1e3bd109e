package dev.varve.cli.option;

import dev.varve.cli.session.NamedRegistries;
import dev.varve.cli.session.ObservedLogins;
import dev.varve.cli.session.Registries;
import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Progress;
import dev.varve.registry.Registry;
import dev.varve.registry.credentials.Login;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.signing.TransparencyLog;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who asks registries, and how. */
public final class RegistryOptions {
  private static final String CREDS = "--creds";

  @Mixin private AuthFileOption authFile;
  @Mixin private ConnectionOptions connection;

  @Option(
      names = CREDS,
      paramLabel = "USER[:PASSWORD]",
      description =
          "Log in as USER to the registry of DEST, or else to the one that is named"
              + " (default: $$VARVE_USERNAME and $$VARVE_PASSWORD, or the auth files).")
  private @Nullable String creds;

  /**
   * The client for registries, to be closed.
   *
   * @param progress is told of what is tried again, and of what registries warn of
   * @param named what the command line names: no other registry sees a login that was given
   */
  public Registries open(Console console, Progress progress, NamedRegistries named) {
    return open(console, progress, named, Map.of());
  }

  /**
   * The client for registries, to be closed.
   *
   * @param further logins by the repositories that they are for
   */
  public Registries open(
      Console console, Progress progress, NamedRegistries named, Map<String, Login> further) {
    Map<String, Login> logins = logins(console, progress, named, further);
    return new Registries(
        () ->
            new Registry(
                connection.settings(console.environment()),
                authFile.files(console, logins),
                progress));
  }

  /**
   * The client for registries, to be closed.
   *
   * @param secrets is told of the secrets that are used, from any thread
   */
  public Registries open(
      Console console, Progress progress, NamedRegistries named, Consumer<String> secrets) {
    Map<String, Login> logins = logins(console, progress, named, Map.of());
    return new Registries(
        () ->
            new Registry(
                connection.settings(console.environment()),
                new ObservedLogins(authFile.files(console, logins), secrets),
                progress));
  }

  /**
   * A client for a transparency log, to be closed. How registries are talked to is not how that is:
   * its address says whether by TLS.
   */
  TransparencyLog log(URI address, Console console, Progress progress) {
    HttpSettings settings =
        connection.settings(console.environment()).withAllPlain(false).withTlsVerify(true);
    return new TransparencyLog(address, settings, progress);
  }

  /** The passwords that were given with the command, for who must hide them. */
  public List<String> passwords(Console console) {
    String given = creds == null ? "" : creds;
    return Stream.of(
            given.contains(":") ? given.substring(given.indexOf(':') + 1) : "",
            console.environment().getOrDefault(GivenLogin.PASSWORD, ""),
            console.environment().getOrDefault("GITHUB_TOKEN", ""))
        .filter(password -> !password.isEmpty())
        .toList();
  }

  private Map<String, Login> logins(
      Console console, Progress progress, NamedRegistries named, Map<String, Login> further) {
    Map<String, Login> logins = new HashMap<>();
    List<String> hosts = named.hosts();
    if (creds != null) {
      requireOne(hosts, CREDS);
      if (named.meant().stream().allMatch(each -> further.containsKey(each.toString()))) {
        throw new IllegalArgumentException(
            CREDS + ": another option says already who logs in to " + hosts.get(0));
      }
      logins.put(hosts.get(0), GivenLogin.parse(creds, CREDS, console));
    } else if (hosts.size() == 1) {
      GivenLogin.fromEnvironment(console.environment())
          .ifPresent(login -> logins.put(hosts.get(0), login));
    } else if (!hosts.isEmpty() && console.environment().containsKey(GivenLogin.USERNAME)) {
      progress.notice(
          "the login in "
              + GivenLogin.USERNAME
              + " is not used: it is for one registry, and these are "
              + String.join(", ", hosts));
    }
    logins.putAll(further);
    return logins;
  }

  /** Checks that it is clear which registry may see a login. */
  static void requireOne(List<String> hosts, String option) {
    if (hosts.size() != 1) {
      throw new IllegalArgumentException(
          option
              + ": expected one registry that the login is for, "
              + (hosts.isEmpty()
                  ? "none is named"
                  : "these are "
                      + String.join(", ", hosts)
                      + "; varve login keeps a login for each"));
    }
  }
}

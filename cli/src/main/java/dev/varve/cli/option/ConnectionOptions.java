package dev.varve.cli.option;

import dev.varve.cli.session.SessionSettings;
import dev.varve.registry.http.HttpSettings;
import dev.varve.runner.VarveVersion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for connections to registries. */
@InGroup(HelpGroup.REGISTRY)
public final class ConnectionOptions implements SessionSettings.Part {
  private static final String PLAIN_HTTP = "VARVE_PLAIN_HTTP";

  @Option(
      names = "--tls-verify",
      paramLabel = "BOOL",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "With --tls-verify=false, accept any certificate, and use plain HTTP for a "
              + "registry without TLS.")
  private boolean tlsVerify = true;

  @Option(
      names = "--cert-dir",
      paramLabel = "DIR",
      description =
          "Trust the certificate authorities in DIR/*.crt, and send the client "
              + "certificates DIR/*.cert, with their keys DIR/*.key.")
  private @Nullable Path certificates;

  @Option(
      names = "--plain-http",
      description =
          "Connect to all registries without TLS; $$"
              + PLAIN_HTTP
              + "=HOST,… names some. Registries on this machine are reached without TLS "
              + "unless --cert-dir or --tls-verify=false is given.")
  private boolean plainHttp;

  @Option(
      names = "--retry-times",
      paramLabel = "N",
      description =
          "The number of retries after a temporary failure (default: " + "${DEFAULT-VALUE}).")
  private int retryTimes = 5;

  @Override
  public void addTo(SessionSettings session) {
    session.http(settings(session.console().environment()));
  }

  /** Combines these options and the environment. */
  HttpSettings settings(Map<String, String> environment) {
    HttpSettings settings =
        HttpSettings.defaults("varve/" + VarveVersion.get())
            .withEnvironment(environment)
            .withTlsVerify(tlsVerify)
            .withAllPlain(plainHttp)
            .withPlainHosts(plainHosts(environment));
    if (retryTimes < 0) {
      throw new IllegalArgumentException(
          "--retry-times: expected a number of at least 0, got " + retryTimes);
    }
    settings = settings.withLimits(settings.perHost(), retryTimes + 1);
    return certificates == null ? settings : settings.withCertificates(certificates);
  }

  private static Set<String> plainHosts(Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault(PLAIN_HTTP, "").split("[,\\s]+", -1))
        .filter(host -> !host.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}

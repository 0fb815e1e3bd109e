package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.http.HttpSettings;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The contract, kept with a registry that others wrote. */
@Tag("judge")
abstract class RealRepositoryContract extends RepositoryContract {
  private @Nullable RealRegistry real;
  private @Nullable Registry registry;

  /** Starts the registry. */
  abstract RealRegistry started() throws IOException;

  @BeforeEach
  void start() throws IOException {
    real = started();
    registry =
        new Registry(
            HttpSettings.defaults("varve-test"),
            TestLogins.of(RealRegistry.USER, RealRegistry.PASSWORD),
            Progress.SILENT);
  }

  @AfterEach
  void close() throws IOException {
    if (registry != null) {
      registry.close();
    }
    if (real != null) {
      real.close();
    }
  }

  @Override
  Repository repository(String path) {
    return Objects.requireNonNull(registry)
        .repository(new RepositoryName(Objects.requireNonNull(real).host(), path));
  }
}

package dev.varve.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the contract against a real registry. */
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

  /** Whether the registry refuses manifests whose blobs it lacks. */
  abstract boolean vouches();

  @Test
  void theClientLearnsWhetherTheRegistryVouchesForBlobs() throws IOException {
    Repository repository = repository("owner/name");
    Manifest first = push(repository, List.of("v1"), 1, 2);
    try (ImageSource previous = open(repository, "v1");
        ImageSink sink = repository.sink(List.of("v2"), scratch, "docker://it")) {
      for (Descriptor blob : first.blobs()) {
        sink.reuse(previous, blob);
      }
      List<Descriptor> layers = new ArrayList<>(first.layers());
      layers.add(sink.write(MediaTypes.OCI_LAYER, bytes(3)));
      Manifest second = new Manifest(first.config(), layers, Map.of());
      sink.commit(second, AMD64, List.of());
      assertThat(repository.proven().vouchesFor(second.descriptor().digest())).isEqualTo(vouches());
      assertThat(repository.find("v2")).contains(second.descriptor());
      for (Descriptor blob : second.blobs()) {
        assertThat(repository.has(blob)).isTrue();
      }
    }
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

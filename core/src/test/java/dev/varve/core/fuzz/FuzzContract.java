package dev.varve.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Reads again what fuzzing has found for the parsers of a module, and changes it. {@code .ci/fuzz}
 * searches for more.
 */
public abstract class FuzzContract {
  private static final Path CORPUS = Path.of("src/test/fixtures/fuzz");
  private static final int MUTATIONS = 400;

  @TestFactory
  Stream<DynamicTest> acceptedInputsAreAccepted() throws IOException {
    return targets().stream()
        .map(
            target ->
                DynamicTest.dynamicTest(
                    target.name(),
                    () -> {
                      assertThat(target.seeds()).isNotEmpty();
                      for (byte[] seed : target.seeds()) {
                        target.reader().accept(seed);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> anyInputIsReadOrRefused() throws IOException {
    return targets().stream()
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> replay(target)));
  }

  @Test
  void everyDirectoryOfTheCorpusBelongsToAParser() throws IOException {
    List<String> names = targets().stream().map(FuzzTarget::name).toList();
    assertThat(names).isNotEmpty().doesNotHaveDuplicates();
    if (!Files.isDirectory(CORPUS)) {
      return; // nothing was found for the parsers of this module
    }
    try (Stream<Path> directories = Files.list(CORPUS)) {
      assertThat(names)
          .containsAll(directories.map(path -> path.getFileName().toString()).toList());
    }
  }

  /** Returns the parsers of this test's module. */
  private List<FuzzTarget> targets() throws IOException {
    CodeSource module = getClass().getProtectionDomain().getCodeSource();
    List<FuzzTarget> targets = new ArrayList<>();
    for (FuzzTargets each : ServiceLoader.load(FuzzTargets.class)) {
      if (each.getClass().getProtectionDomain().getCodeSource().equals(module)) {
        targets.addAll(each.targets());
      }
    }
    return targets;
  }

  private static void replay(FuzzTarget target) throws IOException {
    List<byte[]> inputs = new ArrayList<>(target.seeds());
    inputs.addAll(corpus(target));
    for (byte[] input : inputs) {
      FuzzedInput.read(target, input);
    }
    Mutations mutations = new Mutations(target.name(), inputs);
    for (int i = 0; i < MUTATIONS; i++) {
      FuzzedInput.read(target, mutations.next());
    }
  }

  private static List<byte[]> corpus(FuzzTarget target) throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    Path directory = CORPUS.resolve(target.name());
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.sorted().toList()) {
          inputs.add(Files.readAllBytes(file));
        }
      }
    }
    return inputs;
  }
}

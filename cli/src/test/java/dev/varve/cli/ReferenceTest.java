package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.varve.cli.Reference.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferenceTest {
  private static final String FORMS =
      "oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF], containers-storage:REF,"
          + " rootfs:DIR";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "oci:dir, OCI, dir, ''",
    "oci:a/dir:tag, OCI, a/dir, tag",
    "oci:dir:quay.io/os:1, OCI, dir, quay.io/os:1",
    "oci-archive:/f.tar:tag, OCI_ARCHIVE, /f.tar, tag",
    "docker-archive:f.tar:localhost/os:1, DOCKER_ARCHIVE, f.tar, localhost/os:1",
    "containers-storage:localhost/os:1, CONTAINERS_STORAGE, localhost/os:1, ''",
    "rootfs:/a:b, ROOTFS, /a:b, ''"
  })
  void eachTransportIsParsed(String text, Transport transport, String location, String name) {
    assertThat(Reference.parse(text)).isEqualTo(new Reference(transport, text, location, name));
  }

  @ParameterizedTest
  @CsvSource({
    "oci:, oci:DIR[:TAG]",
    "oci::tag, oci:DIR[:TAG]",
    "oci:dir:, oci:DIR[:TAG]",
    "rootfs:, rootfs:DIR",
    "containers-storage:, containers-storage:REF"
  })
  void aReferenceThatLacksSomethingIsRefused(String text, String form) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessage("expected " + form + ", got \"" + text + "\"");
  }

  @Test
  void aRegistryIsRefusedForNow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse("docker://quay.io/a/b:1"))
        .withMessage(
            "\"docker://quay.io/a/b:1\" is in a registry, and registries come with a later version;"
                + " copy it first: skopeo copy --all docker://quay.io/a/b:1 oci:DIR:TAG");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing", "dir:x", "OCI:x", ":"})
  void anUnknownTransportIsRefusedWithTheKnownOnes(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessage("unknown transport in \"" + text + "\"; expected " + FORMS);
  }

  @Test
  void aBareLayoutIsRecognized() throws IOException {
    Files.createFile(directory.resolve("oci-layout"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(directory + ":tag"))
        .withMessageEndingWith("; did you mean oci:" + directory + ":tag?");
  }

  @Test
  void aBareDirectoryIsRecognized() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(directory.toString()))
        .withMessageEndingWith("; did you mean rootfs:" + directory + "?");
  }

  @Test
  void aBareFileIsRecognized() throws IOException {
    Path file = Files.createFile(directory.resolve("f.tar"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(file.toString()))
        .withMessageEndingWith(
            "; did you mean oci-archive:" + file + " or docker-archive:" + file + "?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"quay.io/fedora/fedora-bootc:42", "localhost:5000/os", "localhost/os"})
  void anImagesNameIsRecognized(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessageEndingWith(
            "; docker://%1$s would be the image in the registry, which comes with a later version,"
                    .formatted(text)
                + " and containers-storage:%s the copy that podman has of it".formatted(text));
  }
}

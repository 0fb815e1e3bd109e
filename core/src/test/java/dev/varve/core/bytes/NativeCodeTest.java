package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeCodeTest {
  private static final String TEMPORARY = "java.io.tmpdir";
  private static final String PROPERTY = "varve.test.native";

  @TempDir private Path directory;
  private final String before = System.getProperty(TEMPORARY);

  @BeforeEach
  void useDirectory() {
    System.setProperty(TEMPORARY, directory.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty(TEMPORARY, before);
    System.clearProperty(PROPERTY);
  }

  @Test
  void theCodeIsDeletedWhenItIsLoaded() throws IOException {
    List<Path> unpacked = new ArrayList<>();
    NativeCode.load(
        "x",
        PROPERTY,
        () ->
            unpacked.add(
                Files.createFile(Path.of(System.getProperty(PROPERTY)).resolve("libx.so"))));
    assertThat(unpacked)
        .singleElement()
        .satisfies(file -> assertThat(file.startsWith(directory)).isTrue());
    assertThat(directory).isEmptyDirectory();
    assertThat(System.getProperty(PROPERTY)).isNull();
  }

  @Test
  void aDirectoryThatTheUserChoseIsLeftAlone() throws IOException {
    System.setProperty(PROPERTY, "/chosen");
    NativeCode.load(
        "x", PROPERTY, () -> assertThat(System.getProperty(PROPERTY)).isEqualTo("/chosen"));
    assertThat(System.getProperty(PROPERTY)).isEqualTo("/chosen");
  }

  @Test
  void failuresNameTheLibraryAndTheDirectory() {
    String loading = "loading the native code of x, unpacked in " + directory + ": ";
    assertThatThrownBy(
            () ->
                NativeCode.load(
                    "x",
                    PROPERTY,
                    () -> {
                      throw new ExceptionInInitializerError(
                          "Cannot unpack libx: No space left on device");
                    }))
        .isInstanceOfSatisfying(
            NoSpaceException.class,
            e -> assertThat(e.remedy()).contains(Remedy.OTHER_NATIVE_CODE_DIRECTORY))
        .hasMessage(loading + "no space left on device");
    assertThatThrownBy(
            () ->
                NativeCode.load(
                    "x",
                    PROPERTY,
                    () -> {
                      throw new UnsatisfiedLinkError("libx.so: Operation not permitted");
                    }))
        .isInstanceOfSatisfying(
            RemediableException.class,
            e -> assertThat(e.remedy()).contains(Remedy.OTHER_NATIVE_CODE_DIRECTORY))
        .hasMessage(loading + "libx.so: Operation not permitted");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatCanNotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    System.setProperty(TEMPORARY, file.resolve("below").toString());
    assertThatThrownBy(() -> NativeCode.load("x", PROPERTY, () -> {}))
        .isInstanceOfSatisfying(
            RemediableException.class,
            e -> assertThat(e.remedy()).contains(Remedy.OTHER_NATIVE_CODE_DIRECTORY))
        .hasMessageStartingWith(
            "loading the native code of x, unpacked in " + file + "/below: " + file);
  }
}

package dev.varve.cli.command;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two builds of an image, and a layout to rechunk them into. */
abstract class RechunkTestBase {
  @TempDir Path directory;
  Cli cli;

  @BeforeEach
  void writeSources() throws IOException {
    cli = new Cli(directory);
    monday().writeTo(directory.resolve("src"), "monday");
    monday().file("etc/motd", "tuesday").writeTo(directory.resolve("src"), "tuesday");
  }

  static Sample monday() {
    return new Sample()
        .file("etc/motd", "monday")
        .file("usr/bin/sh", "shell")
        .file("usr/lib/libc", "library")
        .label("maker", "test")
        .label("ostree.commit", "stale");
  }

  Run rechunk(String source, String destination, String... options) {
    List<String> line = new ArrayList<>(List.of("rechunk", "-q", source, destination));
    line.addAll(List.of(options));
    line.addAll(List.of("--compression", "none"));
    return cli.run(line.toArray(String[]::new));
  }

  ImageSource image(String tag) throws IOException {
    return OciLayout.open(directory.resolve("out"), tag, PlatformChoice.any(), "oci:out");
  }

  static String digest(Run run) throws IOException {
    return run.json().string("digest");
  }
}

package dev.varve.runner.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An image that stands in for the tool's: a static busybox, and three scripts at their places that
 * honor the same variables and mounts and write the same files. Made on the spot, in podman's
 * storage.
 */
public final class StandIn {
  private static final List<String> SCRIPTS =
      List.of("1_prune.sh", "2_create.sh", "3_chunk.sh", "fault.sh");

  private final Path directory;
  private final String name;

  private StandIn(Path directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  /**
   * Makes one.
   *
   * @param directory for its files
   * @param packages what it finds installed in each image, as JSON
   * @param name a name of the test's own
   */
  public static StandIn make(Path directory, String packages, String name)
      throws IOException, InterruptedException {
    for (Path program : List.of(Path.of("/usr/bin/podman"), Path.of("/bin/busybox"))) {
      assumeTrue(Files.isExecutable(program), program + " is not installed");
    }
    assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root runs containers");
    Path root = directory.resolve("stand-in");
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path sources = Files.createDirectories(root.resolve("sources/rechunk"));
    Files.createDirectories(root.resolve("workspace"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String applet : run("/bin/busybox", "--list").lines().toList()) {
      if (!applet.equals("busybox")) {
        Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
      }
    }
    for (String script : SCRIPTS) {
      try (InputStream in = StandIn.class.getResourceAsStream(script)) {
        Files.copy(Objects.requireNonNull(in), sources.resolve(script));
      }
      assertThat(sources.resolve(script).toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(sources.resolve("packages.json"), packages);
    StandIn made = new StandIn(directory, name);
    run("tar", "-C", root.toString(), "-cf", made.tar().toString(), ".");
    made.with("none");
    return made;
  }

  private Path tar() {
    return directory.resolve("stand-in.tar");
  }

  /** The image with a fault; returns its name. */
  public String with(String fault) throws IOException, InterruptedException {
    String image = "localhost/" + name + ":" + fault;
    run(
        "podman",
        "import",
        "--quiet",
        "--change",
        "ENV FAULT=" + fault,
        "--change",
        "ENV PATH=/bin",
        "--change",
        "WORKDIR /workspace",
        tar().toString(),
        image);
    return image;
  }

  /** Removes all of them from podman's storage. */
  public void remove() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("podman", "rmi", "--force"));
    run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}")
        .lines()
        .filter(image -> image.startsWith("localhost/" + name + ":"))
        .forEach(command::add);
    if (command.size() > 3) {
      run(command.toArray(String[]::new));
    }
  }

  /** Runs a program to its end, which has to be a good one, and returns what it printed. */
  public static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
    return output;
  }
}

package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A mounted disk whose calls fail with EIO on request: {@code faulty-disk.py}. */
final class FaultyDisk implements Closeable {
  private static final Path PROGRAM = Path.of("src/test/fixtures/faulty-disk.py").toAbsolutePath();

  /** Debian's Python, which has Debian's package. */
  private static final String PYTHON = "/usr/bin/python3";

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter commands;

  private FaultyDisk(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.commands = new PrintWriter(process.outputWriter(UTF_8), true);
  }

  /**
   * Mounts a disk, or skips the test if this machine can't.
   *
   * @param files the directory that keeps the disk's files, which can be read and written without
   *     failures
   */
  static FaultyDisk mount(Path files, Path mountPoint) throws Exception {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root mounts");
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "this machine has no /dev/fuse");
    assumeTrue(hasFusepy(), "python3-fusepy is not installed");
    Process process =
        new ProcessBuilder(PYTHON, PROGRAM.toString(), files.toString(), mountPoint.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    FaultyDisk disk = new FaultyDisk(process);
    assertThat(disk.answers.readLine()).isEqualTo("ready");
    return disk;
  }

  private static boolean hasFusepy() throws Exception {
    try {
      return new ProcessBuilder(PYTHON, "-c", "import fusepy").start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no Python
    }
  }

  /**
   * A place in a run.
   *
   * @param kind the calls that are counted; {@code disk} for all, after which all fail. If others
   *     fail, then on one file
   * @param number the number of the call, from 1
   */
  record Point(String kind, int number) {
    static final String DISK = "disk";

    @Override
    public String toString() {
      return kind + " " + number;
    }
  }

  /**
   * What a disk was asked for.
   *
   * @param counts the calls by kind
   * @param failed the calls that failed, with their files
   */
  record Calls(Map<String, Integer> counts, List<String> failed) {
    int count() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** Makes calls fail from a point on. */
  void fail(Point point) throws IOException {
    String line = (point.kind().equals(Point.DISK) ? "" : "file ") + point;
    assertThat(ask(line)).isEqualTo("set");
  }

  /** Makes no calls fail, and returns the calls since the last change. */
  Calls heal() throws IOException {
    JsonObject answer = JsonObject.parse(ask("heal").getBytes(UTF_8), "the disk's answer");
    JsonObject counted = answer.object("counts");
    Map<String, Integer> counts = new TreeMap<>();
    for (String kind : counted.names()) {
      counts.put(kind, Math.toIntExact(counted.number(kind)));
    }
    return new Calls(counts, answer.strings("failed"));
  }

  private String ask(String command) throws IOException {
    commands.println(command);
    return String.valueOf(answers.readLine());
  }

  /** Unmounts the disk. */
  @Override
  public void close() throws IOException {
    commands.close();
    try {
      assertThat(process.waitFor()).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

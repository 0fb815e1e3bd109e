package dev.varve.registry;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * A real registry: on a free port of 127.0.0.1, over plain HTTP, empty at first, deletes allowed,
 * gone when closed. For tests tagged {@code judge}: where it is not installed, the test is skipped.
 */
public final class RealRegistry implements Closeable {
  /** Who may do everything, where a login is asked for. */
  public static final String USER = "varve";

  /** Its password. */
  public static final String PASSWORD = "secret";

  /** The password's bcrypt hash, of the lowest cost: every request pays it. */
  private static final String HTPASSWD =
      USER + ":$2b$04$zbPCfLMAXSuIACLMPQL//eXAm5YG7roGVnzTFwLevS.jJtTgMeXCC\n";

  private static final int START_SECONDS = 20;

  private final Path directory;
  private final Process process;
  private final String host;

  private RealRegistry(Path directory, Process process, String host) {
    this.directory = directory;
    this.process = process;
    this.host = host;
  }

  /** Starts distribution's, which asks for no login. */
  public static RealRegistry start() throws IOException {
    return start(RegistryProgram.DISTRIBUTION_2);
  }

  /** Starts one that asks for no login. */
  public static RealRegistry start(RegistryProgram program) throws IOException {
    return start(program, "");
  }

  /**
   * Starts distribution's, which asks for {@link #USER} and {@link #PASSWORD} by Basic
   * authentication.
   */
  public static RealRegistry startWithLogin() throws IOException {
    return startWithLogin(RegistryProgram.DISTRIBUTION_2);
  }

  /** Starts one that asks for {@link #USER} and {@link #PASSWORD} by Basic authentication. */
  public static RealRegistry startWithLogin(RegistryProgram program) throws IOException {
    return start(
        program,
        """
        auth:
          htpasswd:
            realm: test
            path: htpasswd
        """);
  }

  private static RealRegistry start(RegistryProgram program, String auth) throws IOException {
    assumeTrue(program.isInstalled(), program.executable() + " is not installed");
    Path directory = Files.createTempDirectory("real-registry");
    Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    Path log = directory.resolve("log");
    ProcessBuilder command =
        new ProcessBuilder(program.serving(directory, auth))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command.environment().put("OTEL_TRACES_EXPORTER", "none"); // distribution 3's default is a host
    Process process = command.start();
    try {
      return new RealRegistry(directory, process, host(program, process, log));
    } catch (IOException e) {
      stop(process, directory);
      throw e;
    }
  }

  /** Where it listens; it says so in its log, having taken a port that was free. */
  private static String host(RegistryProgram program, Process process, Path log)
      throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      Matcher listening = program.listening().matcher(Files.readString(log));
      if (listening.find()) {
        String where = listening.group(1);
        return where.contains(":") ? where : "127.0.0.1:" + where;
      }
      await(20);
    }
    throw new IOException(
        "starting %s: it does not listen; its log: %s"
            .formatted(program.executable(), Files.readString(log)));
  }

  private static void await(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("starting a registry: interrupted", e);
    }
  }

  /** As it stands in an image's name: {@code 127.0.0.1:PORT}. */
  public String host() {
    return host;
  }

  /** {@code http://127.0.0.1:PORT}. */
  public String url() {
    return "http://" + host;
  }

  /** What it logged until now, a line for each request among it. */
  public String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  /** How many bytes of a blob it has stored. */
  public long blobSize(String sha256) {
    return directory
        .resolve("storage/docker/registry/v2/blobs/sha256")
        .resolve(sha256.substring(0, 2))
        .resolve(sha256)
        .resolve("data")
        .toFile()
        .length();
  }

  /** Stops it and deletes what it stored. */
  @Override
  public void close() throws IOException {
    stop(process, directory);
  }

  private static void stop(Process process, Path directory) throws IOException {
    process.destroyForcibly().onExit().join();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Where it is. */
  @Override
  public String toString() {
    return url();
  }
}

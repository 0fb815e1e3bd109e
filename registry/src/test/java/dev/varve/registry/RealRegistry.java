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
 * A real registry on a free port of 127.0.0.1, over plain HTTP. It starts empty, allows deletions,
 * and loses its contents when closed. For tests tagged {@code judge}: a test is skipped if the
 * registry is not installed.
 */
public final class RealRegistry implements Closeable {
  /** The user with all rights, if the registry asks for a login. */
  public static final String USER = "varve";

  /** The password of {@link #USER}. */
  public static final String PASSWORD = "secret";

  /**
   * The password's bcrypt hash, at the lowest cost because the registry computes it for every
   * request.
   */
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

  /** Starts distribution 2 without a login. */
  public static RealRegistry start() throws IOException {
    return start(RegistryProgram.DISTRIBUTION_2);
  }

  /** Starts a registry without a login. */
  public static RealRegistry start(RegistryProgram program) throws IOException {
    return start(program, "");
  }

  /**
   * Starts distribution 2, which asks for {@link #USER} and {@link #PASSWORD} by Basic
   * authentication.
   */
  public static RealRegistry startWithLogin() throws IOException {
    return startWithLogin(RegistryProgram.DISTRIBUTION_2);
  }

  /**
   * Starts a registry that asks for {@link #USER} and {@link #PASSWORD} by Basic authentication.
   */
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

  /** Waits until the registry logs the free port that it listens on; returns its host and port. */
  private static String host(RegistryProgram program, Process process, Path log)
      throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      Matcher listening = program.listening().matcher(Files.readString(log));
      if (listening.find()) {
        String address = listening.group(1);
        return address.contains(":") ? address : "127.0.0.1:" + address;
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

  /** Returns {@code 127.0.0.1:PORT}, as in an image's name. */
  public String host() {
    return host;
  }

  /** Returns {@code http://127.0.0.1:PORT}. */
  public String url() {
    return "http://" + host;
  }

  /** Returns the registry's log, which has a line for each request. */
  public String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  /** Returns the stored length of a blob in bytes; 0 if the registry lacks the blob. */
  public long blobSize(String sha256) {
    return directory
        .resolve("storage/docker/registry/v2/blobs/sha256")
        .resolve(sha256.substring(0, 2))
        .resolve(sha256)
        .resolve("data")
        .toFile()
        .length();
  }

  /** Stops the registry and deletes its files. */
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

  /** Returns the registry's URL. */
  @Override
  public String toString() {
    return url();
  }
}

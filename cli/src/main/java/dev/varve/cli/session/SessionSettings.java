package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.HttpLog;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.http.HttpSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of a session, collected from groups of options. */
public final class SessionSettings {
  private final Console console;
  private boolean quiet;
  private boolean logRequests;
  private @Nullable Path scratch;
  private LayerLimits layerLimits = LayerLimits.DEFAULT;
  private PlatformChoice platform = PlatformChoice.any();
  private boolean oneFileSystem = true;
  private List<Reference> beside = List.of();
  private @Nullable HttpSettings http;
  private Logins logins = Logins.NONE;
  private Consumer<String> secrets = secret -> {};

  /** A group of a command's options that adds to the settings. */
  public interface Part {
    /**
     * Adds to the settings of a session.
     *
     * @throws IllegalArgumentException if the options contradict each other or the environment
     */
    void addTo(SessionSettings session) throws IOException;
  }

  SessionSettings(Console console) {
    this.console = console;
  }

  public Console console() {
    return console;
  }

  /** Sets whether progress is suppressed. */
  public SessionSettings quiet(boolean isQuiet) {
    quiet = isQuiet;
    return this;
  }

  boolean quiet() {
    return quiet;
  }

  /** Sets whether to print a line for each request to a registry. */
  public SessionSettings logRequests(boolean isLogged) {
    logRequests = isLogged;
    return this;
  }

  /** Sets the parent of the scratch directory, and the limits for layers. */
  public SessionSettings scratch(Path directory, LayerLimits limits) {
    scratch = directory;
    layerLimits = limits;
    return this;
  }

  Optional<Path> scratch() {
    return Optional.ofNullable(scratch);
  }

  LayerLimits layerLimits() {
    return layerLimits;
  }

  /** Sets the platform for references with several images (default: this machine's). */
  public SessionSettings platform(PlatformChoice choice) {
    platform = choice;
    return this;
  }

  PlatformChoice platform() {
    return platform;
  }

  /** Sets whether mounts below a directory are excluded from its files (default: true). */
  public SessionSettings oneFileSystem(boolean isOne) {
    oneFileSystem = isOne;
    return this;
  }

  boolean oneFileSystem() {
    return oneFileSystem;
  }

  /** Sets further places that the command uses, to exclude them from a directory's files. */
  public SessionSettings beside(List<Reference> others) {
    beside = List.copyOf(others);
    return this;
  }

  List<Reference> beside() {
    return beside;
  }

  /** Sets the connections to registries and transparency logs. */
  public SessionSettings http(HttpSettings connection) {
    http = connection;
    return this;
  }

  HttpSettings http() {
    if (http == null) {
      throw new IllegalStateException("this command has no options for registries");
    }
    return logRequests ? http.withObserver(new HttpLog(console)) : http;
  }

  /** Sets the logins to registries (default: none). */
  public SessionSettings logins(Logins source) {
    logins = source;
    return this;
  }

  Logins logins() {
    return new ObservedLogins(logins, secrets);
  }

  /** Sets the receiver of every secret used, called in any thread. */
  public SessionSettings secrets(Consumer<String> receiver) {
    secrets = receiver;
    return this;
  }

  Consumer<String> secrets() {
    return secrets;
  }
}

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

/** How a session is opened, as its command's options add to it. */
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

  /** Whether progress is left out. */
  public SessionSettings quiet(boolean isQuiet) {
    quiet = isQuiet;
    return this;
  }

  boolean quiet() {
    return quiet;
  }

  /** Whether each request to a registry is printed in one line. */
  public SessionSettings logRequests(boolean isLogged) {
    logRequests = isLogged;
    return this;
  }

  /** The directory in which a scratch directory is created, and the limits for layers in it. */
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

  /** The platform whose image is taken where there are several (default: this machine's). */
  public SessionSettings platform(PlatformChoice choice) {
    platform = choice;
    return this;
  }

  PlatformChoice platform() {
    return platform;
  }

  /** Whether mounts below a directory are left out of its files (default: true). */
  public SessionSettings oneFileSystem(boolean isOne) {
    oneFileSystem = isOne;
    return this;
  }

  boolean oneFileSystem() {
    return oneFileSystem;
  }

  /** Further places that the command uses, which are left out of a directory's files. */
  public SessionSettings beside(List<Reference> others) {
    beside = List.copyOf(others);
    return this;
  }

  List<Reference> beside() {
    return beside;
  }

  /** How registries and transparency logs are reached. */
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

  /** Logins to registries (default: none). */
  public SessionSettings logins(Logins source) {
    logins = source;
    return this;
  }

  Logins logins() {
    return new ObservedLogins(logins, secrets);
  }

  /** A receiver for every secret that is used, from any thread. */
  public SessionSettings secrets(Consumer<String> receiver) {
    secrets = receiver;
    return this;
  }

  Consumer<String> secrets() {
    return secrets;
  }
}

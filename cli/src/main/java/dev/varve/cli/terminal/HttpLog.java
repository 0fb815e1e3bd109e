package dev.varve.cli.terminal;

import dev.varve.registry.http.HttpObserver;
import dev.varve.registry.http.HttpTrace;

/** Prints a line for each request to a registry and its response. */
public final class HttpLog implements HttpObserver {
  private final Console console;

  /** Creates a log on the console's standard error. */
  public HttpLog(Console console) {
    this.console = console;
  }

  @Override
  public void exchanged(HttpTrace trace) {
    console.tellBesideBar("http: " + trace);
  }
}

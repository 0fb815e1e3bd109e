package dev.varve.registry.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The faults that wait for their requests, in the order in which they were asked for. */
final class Faults {
  private final List<Waiting> waiting = new ArrayList<>();

  private static final class Waiting {
    private final Pattern match;
    private final Fault fault;
    private int skip;
    private int times;

    Waiting(Pattern match, int skip, int times, Fault fault) {
      this.match = match;
      this.skip = skip;
      this.times = times;
      this.fault = fault;
    }

    /** Whether it is this request's turn. */
    boolean strikes(String request) {
      if (times == 0 || !match.matcher(request).matches()) {
        return false;
      }
      if (skip > 0) {
        skip--;
        return false;
      }
      times--;
      return true;
    }
  }

  synchronized void add(String match, int skip, int times, Fault fault) {
    waiting.add(new Waiting(Pattern.compile(match), skip, times, fault));
  }

  synchronized void clear() {
    waiting.clear();
  }

  /**
   * The fault that this request meets.
   *
   * @param request its method and path with a space between
   */
  synchronized Optional<Fault> take(String request) {
    return waiting.stream()
        .filter(each -> each.strikes(request))
        .map(each -> each.fault)
        .findFirst();
  }
}

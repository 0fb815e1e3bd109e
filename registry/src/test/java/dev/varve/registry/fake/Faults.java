package dev.varve.registry.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The faults to come, in the order in which they were added. */
final class Faults {
  private final List<Pending> pending = new ArrayList<>();
  private Optional<FaultMix> mix = Optional.empty();

  private static final class Pending {
    private final Pattern match;
    private final Fault fault;
    private int skip;
    private int times;

    Pending(Pattern match, int skip, int times, Fault fault) {
      this.match = match;
      this.skip = skip;
      this.times = times;
      this.fault = fault;
    }

    /** Returns whether this fault applies to the request, and counts the request. */
    boolean applies(String request) {
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
    pending.add(new Pending(Pattern.compile(match), skip, times, fault));
  }

  synchronized void add(FaultMix other) {
    mix = Optional.of(other);
  }

  synchronized void clear() {
    pending.clear();
    mix = Optional.empty();
  }

  /**
   * Returns the fault that applies to this request, if any.
   *
   * @param request the request's method and path, separated by a space
   */
  synchronized Optional<Fault> take(String request) {
    return pending.stream()
        .filter(each -> each.applies(request))
        .map(each -> each.fault)
        .findFirst()
        .or(() -> mix.flatMap(each -> each.take(request)));
  }
}

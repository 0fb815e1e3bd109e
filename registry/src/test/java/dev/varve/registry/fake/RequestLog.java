package dev.varve.registry.fake;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The requests, in the order in which they arrived. */
final class RequestLog {
  private final List<Entry> entries = new ArrayList<>();
  private int running;
  private int peak;

  private static final class Entry {
    private final Request request;
    private int status;

    Entry(Request request) {
      this.request = request;
    }
  }

  /** Records a request, passes it to the handler, and records the status of the response. */
  Reply record(Request request, HttpServer.Handler handler) throws IOException {
    Entry entry = new Entry(request);
    synchronized (this) {
      entries.add(entry);
      peak = Math.max(peak, ++running);
    }
    int status = 0;
    try {
      Reply reply = handler.handle(request);
      status = reply.ending().bytes() < 0 ? 0 : reply.status();
      return reply;
    } finally {
      synchronized (this) {
        entry.status = status;
        running--;
      }
    }
  }

  synchronized List<RecordedRequest> all() {
    return entries.stream()
        .map(
            entry ->
                new RecordedRequest(
                    entry.request.method(),
                    entry.request.path(),
                    entry.request.query(),
                    entry.request.headers(),
                    entry.request.body().count(),
                    entry.status))
        .toList();
  }

  /** Returns the largest number of requests that were handled at the same time. */
  synchronized int peak() {
    return peak;
  }

  synchronized void clear() {
    entries.clear();
    peak = running;
  }
}

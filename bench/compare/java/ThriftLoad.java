import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;

/**
 * A load of Apache's Java client: threads with a connection each, half puts and half gets of any of so many keys, one call after the other. Prints JSON.
 * Arguments: port threads keys warm-up-seconds seconds.
 */
public final class ThriftLoad extends Thread {
    private static final int MAX_FRAME = 16_384_000;

    private final int port;
    private final int keys;
    private final long from;
    private final long until;
    private long[] durations = new long[1 << 16];
    private int count;
    private Exception failure;

    private ThriftLoad(int port, int keys, long from, long until) {
        this.port = port;
        this.keys = keys;
        this.from = from;
        this.until = until;
    }

    public static void main(String[] arguments) throws Exception {
        double seconds = Double.parseDouble(arguments[4]);
        long from = System.nanoTime() + (long) (Double.parseDouble(arguments[3]) * 1e9);
        long until = from + (long) (seconds * 1e9);
        List<ThriftLoad> threads = new ArrayList<>();
        for (int number = 0; number < Integer.parseInt(arguments[1]); number++) {
            threads.add(new ThriftLoad(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[2]), from, until));
        }
        for (ThriftLoad thread : threads) {
            thread.start();
        }
        int total = 0;
        for (ThriftLoad thread : threads) {
            thread.join();
            if (thread.failure != null) {
                throw thread.failure;
            }
            total += thread.count;
        }

        long[] all = new long[total];
        int filled = 0;
        for (ThriftLoad thread : threads) {
            System.arraycopy(thread.durations, 0, all, filled, thread.count);
            filled += thread.count;
        }
        Arrays.sort(all);
        System.out.println(String.format(Locale.ROOT, "{\"throughput\": %.1f, \"operations\": %d, \"p50Ms\": %.4f, \"p99Ms\": %.4f}",
            total / seconds, total, all[total / 2] / 1e6, all[(int) (total * 0.99)] / 1e6));
    }

    @Override
    public void run() {
        try (TFramedTransport transport = new TFramedTransport(new TSocket("127.0.0.1", port, 60_000), MAX_FRAME)) {
            transport.open();
            KeyValueService.Client client = new KeyValueService.Client(new TBinaryProtocol(transport));
            ThreadLocalRandom random = ThreadLocalRandom.current();
            for (long now = System.nanoTime(); now < until;) {
                int number = random.nextInt(keys);
                if (random.nextBoolean()) {
                    client.put("key-" + number, "value-" + number);
                } else {
                    client.get("key-" + number);
                }
                long end = System.nanoTime();
                if (end >= from) {
                    took(end - now);
                }
                now = end;
            }
        } catch (Exception failed) {
            failure = failed;
        }
    }

    private void took(long nanoseconds) {
        if (count == durations.length) {
            durations = Arrays.copyOf(durations, 2 * count);
        }
        durations[count++] = nanoseconds;
    }
}

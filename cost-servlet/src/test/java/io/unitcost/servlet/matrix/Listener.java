package io.unitcost.servlet.matrix;

import io.unitcost.servlet.matrix.Visit.Task;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** An application's listener, which does something here and nothing there. */
final class Listener implements AsyncListener {

    private static final Task NOTHING = () -> {};
    private Task atTimeout = NOTHING;
    private Task atComplete = NOTHING;

    Listener onTimeout(Task task) {
        atTimeout = task;
        return this;
    }

    Listener onComplete(Task task) {
        atComplete = task;
        return this;
    }

    private static void run(Task task) {
        try {
            task.run();
        } catch (Exception e) {
            Throwing.anyway(e);
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        run(atComplete);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        run(atTimeout);
    }

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}

namespace HybridLlm.Execution;

/// <summary>A value that can be replaced while others use it, with a token that tells them when it was.</summary>
internal sealed class ReloadableSetting<T>(T value, Func<T, T, bool> same) : IDisposable
    where T : class
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _changed = new();
    private volatile T _value = value;

    public T Value => _value;

    /// <summary>Gets a token that is cancelled when the present value is replaced.</summary>
    public CancellationToken Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Token;
            }
        }
    }

    public void Replace(T value)
    {
        CancellationTokenSource changed;
        lock (_lock)
        {
            if (same(_value, value))
            {
                return;
            }

            _value = value;
            changed = _changed;
            _changed = new();
        }

        changed.Cancel();
        changed.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _changed.Dispose();
        }
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace HybridLlm.Endpoints;

/// <summary>Chat with one model on whichever server has time. A server that fails before it has said anything leaves the request to another one.</summary>
internal sealed class BalancedChatClient(ReplicaSet replicas, string modelId, bool isMetered, TimeProvider time) : IChatClient
{
    // What comes before the first content, such as a role, is held back: an answer of another server may take its place.
    private const int MaxHeld = 8;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // They may be read several times.
        var conversation = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var call = new Call(this);
        while (call.Next())
        {
            try
            {
                var response = await call.Client.GetResponseAsync(conversation, options, cancellationToken).ConfigureAwait(false);
                call.Succeeded();
                return response;
            }
            catch (ProviderException failure)
            {
                if (!call.MayGoOn(failure))
                {
                    throw;
                }
            }
            catch (OperationCanceledException)
            {
                call.GivenUp();
                throw;
            }
            finally
            {
                call.Leave();
            }
        }

        throw call.LastFailure;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var conversation = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var call = new Call(this);
        var held = new List<ChatResponseUpdate>();
        while (call.Next())
        {
            held.Clear();
            try
            {
                var updates = call.Client.GetStreamingResponseAsync(conversation, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
                await using var disposal = updates.ConfigureAwait(false);
                while (await MoveNextAsync(updates, call).ConfigureAwait(false))
                {
                    var update = updates.Current;
                    if (!call.HasBegun && !HasContent(update) && held.Count < MaxHeld)
                    {
                        held.Add(update);
                        continue;
                    }

                    call.Begin();
                    foreach (var earlier in held)
                    {
                        yield return earlier;
                    }

                    held.Clear();
                    yield return update;
                }

                if (call.MustGoOn)
                {
                    continue;
                }

                foreach (var last in held)
                {
                    yield return last;
                }

                yield break;
            }
            finally
            {
                call.Leave();
            }
        }

        throw call.LastFailure;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : replicas.Replicas[0].ClientFor(modelId).GetService(serviceType, serviceKey);
    }

    // The connections belong to the servers' providers.
    public void Dispose()
    {
    }

    private static bool HasContent(ChatResponseUpdate update) =>
        update.FinishReason is not null || update.Contents.Any(static content => content is not TextContent { Text: "" });

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, Call call)
    {
        try
        {
            if (await updates.MoveNextAsync().ConfigureAwait(false))
            {
                return true;
            }

            call.Succeeded();
            return false;
        }
        catch (ProviderException failure)
        {
            if (!call.MayGoOn(failure))
            {
                throw;
            }

            return false;
        }
        catch (OperationCanceledException)
        {
            call.GivenUp();
            throw;
        }
    }

    /// <summary>A request on its way from server to server.</summary>
    private sealed class Call(BalancedChatClient client)
    {
        private readonly List<Replica> _tried = [];
        private Replica? _current;
        private ProviderException? _failure;
        private long _started;

        public IChatClient Client => _current!.ClientFor(client.Model);

        public bool MustGoOn { get; private set; }

        /// <summary>Gets a value indicating whether the caller has heard something of the answer.</summary>
        public bool HasBegun { get; private set; }

        public ProviderException LastFailure => _failure ?? throw new InvalidOperationException("No server was asked.");

        /// <summary>Goes to the next server.</summary>
        /// <returns>Whether there is one.</returns>
        public bool Next()
        {
            _current = client.Replicas.Choose(_tried);
            MustGoOn = false;
            if (_current is null)
            {
                return false;
            }

            _current.Enter(client.Model);
            _started = client.Time.GetTimestamp();
            return true;
        }

        public void Leave() => _current!.Leave();

        public void Begin() => HasBegun = true;

        public void Succeeded() => ReplicaSet.Succeeded(_current!);

        /// <summary>Notes a failure.</summary>
        /// <returns>Whether another server may be asked: nothing was said yet, another may do better, and it costs nothing twice.</returns>
        public bool MayGoOn(ProviderException failure)
        {
            _failure = failure;
            client.Replicas.Failed(_current!, failure);
            _tried.Add(_current!);
            return MustGoOn = !HasBegun && _tried.Count < client.Replicas.Replicas.Count && failure.Kind switch
            {
                ProviderErrorKind.Unavailable or ProviderErrorKind.Overloaded or ProviderErrorKind.RateLimited
                    or ProviderErrorKind.ModelLoading or ProviderErrorKind.ModelNotFound => true,
                ProviderErrorKind.ServerError or ProviderErrorKind.InvalidResponse or ProviderErrorKind.StreamInterrupted => !client.IsMetered,
                _ => false,
            };
        }

        /// <summary>Notes that the caller left, who may be the router whose patience is over.</summary>
        public void GivenUp()
        {
            if (!HasBegun && client.Time.GetElapsedTime(_started) >= ReplicaSet.Suspicious)
            {
                client.Replicas.Suspect(_current!);
            }
        }
    }

    private string Model => modelId;

    private bool IsMetered => isMetered;

    private ReplicaSet Replicas => replicas;

    private TimeProvider Time => time;
}

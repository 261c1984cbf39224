using Catena.Core.Primitives;
using Catena.Server.Platform;

namespace Catena.Server.Listeners;

/// <content>The pump: what a connection does when bytes have arrived, there is room to send, or a command is complete.</content>
internal abstract partial class ClientConnection
{
    /// <inheritdoc />
    protected sealed override void NoteReady(Readiness readiness) => _socket.NoteReady(readiness);

    /// <inheritdoc />
    protected sealed override bool Pump()
    {
        try
        {
            return DoWhatCanBeDone();
        }
#pragma warning disable CA1031 // Whatever went wrong concerns this client only; a broken invariant is not caught.
        catch (Exception e) when (e is not InvariantException && !_socket.IsClosed)
#pragma warning restore CA1031
        {
            Fail(e);
            _socket.Close();
            return true;
        }
    }

    private bool DoWhatCanBeDone()
    {
        if (_isReleased)
        {
            return false;
        }

        if (_abortRequested)
        {
            _socket.Close();
        }

        if (_stopRequested)
        {
            _isClosing = true;
        }

        if (_socket.IsClosed)
        {
            DropReplies();
            return false;
        }

        DrainReplies();
        if (_gathering.IsReady && _gathering.Step(this, _host.Router))
        {
            DrainReplies();
        }

        if (_wantsMore && !_isClosing && _socket.Receive(_needed))
        {
            LastActive = _host.Time.GetTimestamp();
        }

        // What was there before an error of the socket has been taken already.
        return _socket.IsClosed || AnswerRequests();
    }

    private bool AnswerRequests()
    {
        var status = TakeRequests();
        _host.Metrics.Requests.Add(_requestsTaken);
        _requestsTaken = 0;
        if (_abortRequested)
        {
            // A reply may be broken off in the middle, so nothing more is sent.
            return true;
        }

        var hasSent = _socket.Send();
        if (_socket.IsClosed)
        {
            // The send has failed at once; nothing may be received any more.
            return true;
        }

        if (status == InputStatus.NeedMore && _socket.HasInputEnded)
        {
            _isClosing = true;
        }

        if (_isClosing && _ring.Count == 0 && _socket.IsDrained)
        {
            _socket.CloseInOrder();
            return true;
        }

        _wantsMore = status == InputStatus.NeedMore && !_isClosing;
        if (_gathering.IsReady)
        {
            // Its rounds are long: the loop's other clients have their turn between them.
            Signal();
        }

        return (_wantsMore && _socket.MayReceive) || (hasSent && (status == InputStatus.Blocked || Pushes is { Length: > 0 }));
    }

    private InputStatus TakeRequests()
    {
        BeginBatch();
        var status = TakeRequestsOfBatch();
        EndBatch();
        return status;
    }

    private InputStatus TakeRequestsOfBatch()
    {
        var options = _host.Options;
        while (!_isClosing && !_abortRequested && !_gathering.IsTaken)
        {
            if (_ring.Count >= options.MaxCommandsUnderWay
                || _requestBytesUnderWay >= options.MaxRequestBytesUnderWay
                || _socket.QueuedBytes >= options.MaxReplyBytesQueued)
            {
                return InputStatus.Blocked;
            }

            var status = TakeRequest(_socket.Unread, out var consumed, out _needed);
            _socket.Consume(consumed);
            switch (status)
            {
                case InputStatus.Taken:
                    break;
                case InputStatus.Last:
                    _isClosing = true;
                    break;
                default:
                    return status;
            }
        }

        return InputStatus.Blocked;
    }

    private void DrainReplies()
    {
        if (Pushes is { Length: > 0 } && _socket.QueuedBytes < _host.Options.MaxReplyBytesQueued)
        {
            FlushPushes();
        }

        _requestBytesUnderWay -= _ring.Drain(_socket.Output);
    }

    /// <summary>After the socket was closed: waits for what is under way, then gives all memory back.</summary>
    private void DropReplies()
    {
        if (!_isLeft)
        {
            _isLeft = true;
            OnClosed();
            Pushes?.Close();
            _host.OnClosed(this);
        }

        _requestBytesUnderWay -= _ring.Drain(null);
        if (_gathering.IsReady)
        {
            _gathering.End();
            _ring.Drain(null);
        }

        if (_ring.Count > 0)
        {
            return;
        }

        _isReleased = true;
        Loop.Detach(this);
        _socket.Release();
        _ring.Release();
        Release();
        _host.OnReleased(this);
    }
}
